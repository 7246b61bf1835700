import { learn } from ".";
import { en } from "./lists/figures.en";
import { zh } from "./lists/figures.zh";

learn({ zh, en });
