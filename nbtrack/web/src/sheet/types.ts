// The sheet's contract with whoever feeds it.

export interface Facts {
  readonly kind: "facts";
  readonly title: string;
  readonly rows: readonly (readonly [key: string, text: string])[];
}

export type GridRow = readonly [key: string, texts: readonly string[], differs: boolean, best: number | null];

export interface Grid {
  readonly kind: "grid";
  readonly title: string;
  readonly runs: readonly (readonly [id: string, name: string])[];
  readonly rows: readonly GridRow[];
}

export interface Code {
  readonly kind: "code";
  readonly title: string;
  readonly lines: readonly (readonly [sign: string, text: string])[];
}

export interface Note {
  readonly kind: "note";
  readonly text: string;
}

export interface Files {
  readonly kind: "files";
  readonly title: string;
  readonly run_id: string;
  readonly files: readonly (readonly [path: string, bytes: number])[];
}

export interface Pictures {
  readonly kind: "pictures";
  readonly title: string;
  readonly images: readonly (readonly [run: string, name: string, path: string])[];
}

export type Section = Facts | Grid | Code | Note | Files | Pictures;

export interface SheetState {
  readonly uid: string;
  readonly title: string;
  readonly sections: readonly Section[];
  readonly exports: readonly string[];
}
