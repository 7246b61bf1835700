import { learn } from ".";
import { en } from "./lists/console.en";
import { zh } from "./lists/console.zh";

learn({ zh, en });
