import { learn } from ".";
import { en } from "./lists/registry.en";
import { zh } from "./lists/registry.zh";

learn({ zh, en });
