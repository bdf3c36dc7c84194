// Which rows a scroll position shows. Pure arithmetic; ranges are half open.

export interface Range {
  readonly first: number;
  readonly end: number;
}

export interface View {
  readonly scrollTop: number;
  readonly height: number;
  readonly rowHeight: number;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}

/** The rows in view, and `overscan` more on either side. */
export function rowsInView(view: View, total: number, overscan = 0): Range {
  const first = Math.floor(view.scrollTop / view.rowHeight) - overscan;
  const end = Math.ceil((view.scrollTop + view.height) / view.rowHeight) + overscan;
  return { first: clamp(first, 0, total), end: clamp(end, 0, total) };
}

/** The nearest scroll position that shows a row whole. */
export function scrollToShow(index: number, view: View): number {
  const top = index * view.rowHeight;
  const bottom = top + view.rowHeight - view.height;
  if (top < view.scrollTop) return top;
  return Math.max(view.scrollTop, bottom);
}

export function rowsPerScreen(view: View): number {
  return Math.max(1, Math.floor(view.height / view.rowHeight) - 1);
}
