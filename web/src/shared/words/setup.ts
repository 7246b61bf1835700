import { learn } from ".";
import { en } from "./lists/setup.en";
import { zh } from "./lists/setup.zh";

learn({ zh, en });
