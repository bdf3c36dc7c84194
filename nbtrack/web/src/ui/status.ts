// The states of runs: a word, and a drawing, so that nothing depends on colour alone.

import { icon } from "./dom.ts";

export type Status = "RUNNING" | "SILENT" | "FINISHED" | "FAILED" | "KILLED" | "SCHEDULED";

export interface StatusStyle {
  readonly word: string;
  readonly draw: () => SVGSVGElement;
}

export const STATUSES: ReadonlyMap<string, StatusStyle> = new Map<Status, StatusStyle>([
  ["RUNNING", { word: "Running", draw: () => icon("M3.5 2.2 9.8 6 3.5 9.8Z", true) }],
  ["FINISHED", { word: "Finished", draw: () => icon("M2 6.4 4.8 9 10 3.2") }],
  ["FAILED", { word: "Failed", draw: () => icon("M3 3 9 9M9 3 3 9") }],
  ["KILLED", { word: "Killed", draw: () => icon("M2.8 2.8h6.4v6.4H2.8Z", true) }],
  ["SILENT", { word: "Silent", draw: () => icon("M3.6 2.6v6.8M8.4 2.6v6.8") }],
  ["SCHEDULED", { word: "Scheduled", draw: () => icon("M6 1.8a4.2 4.2 0 1 0 .01 0M6 3.8V6l1.6 1.2") }],
]);
