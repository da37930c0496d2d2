/** Ordered is an entry of a list that the server keeps in order of a number; equal numbers by id. */
export interface Ordered {
  readonly id: string
  readonly order: number
}

const gap = 10 // between numbers that are given anew: room for later moves

/**
 * reorder puts the entry at index from to index to and returns what must be stored: one entry when there is a number free between
 * its new neighbours, else all whose number changes.
 */
export function reorder(items: readonly Ordered[], from: number, to: number): Ordered[] {
  const moved = items[from]
  if (!moved || from === to || to < 0 || to >= items.length) return []
  const rest = items.filter((_, i) => i !== from)
  const next = [...rest.slice(0, to), moved, ...rest.slice(to)]
  const before = next[to - 1]
  const after = next[to + 1]
  if (!after) return [{ id: moved.id, order: (before?.order ?? 0) + gap }]
  if (!before) return [{ id: moved.id, order: after.order - gap }]
  const between = Math.floor((before.order + after.order) / 2)
  if (between > before.order && between < after.order) return [{ id: moved.id, order: between }]
  return next
    .map((item, i) => ({ id: item.id, order: (i + 1) * gap, old: item.order }))
    .filter((item) => item.order !== item.old)
    .map(({ id, order }) => ({ id, order }))
}
