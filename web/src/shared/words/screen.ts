import { learn } from ".";
import { en } from "./lists/screen.en";
import { zh } from "./lists/screen.zh";

learn({ zh, en });
