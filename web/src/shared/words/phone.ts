import { learn } from ".";
import { en } from "./lists/phone.en";
import { zh } from "./lists/phone.zh";

learn({ zh, en });
