import { learn } from ".";
import { en } from "./lists/people.en";
import { zh } from "./lists/people.zh";

learn({ zh, en });
