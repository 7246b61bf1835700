import { learn } from ".";
import { en } from "./lists/map.en";
import { zh } from "./lists/map.zh";

learn({ zh, en });
