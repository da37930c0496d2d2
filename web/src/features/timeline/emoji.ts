/** The palette: what work talk needs, in three rows. The first five also stand in the bar of a message. */
export const palette = [
  ['👍', '✅', '👌', '🙏', '👀', '🎉', '❤️'],
  ['😄', '😂', '🤔', '😮', '😢', '😅', '🫡'],
  ['👏', '💪', '🔥', '🚀', '💯', '➕', '❌'],
] as const

export const quick = ['👍', '✅', '👀'] as const
