import type { Catalogues } from '..'

export const keys: Record<keyof Catalogues['keys'], string> = {
  'switcher.title': 'Find a person or conversation',
  'switcher.hint': 'Name, pinyin, initials, department, number, conversation',
  'switcher.choose': 'choose',
  'switcher.open': 'open',
  'switcher.search': 'Search messages for “{q}”',
  'keys.title': 'Keyboard shortcuts',
  'keys.everywhere': 'Everywhere',
  'keys.onMessage': 'On a message',
  'keys.writing': 'While writing',
  'keys.switch': 'Find a person or conversation',
  'keys.neighbour': 'Previous, next conversation',
  'keys.unread': 'Previous, next unread conversation',
  'keys.searchHere': 'Search in this conversation',
  'keys.regions': 'Move between regions',
  'keys.close': 'Close the top layer',
  'keys.sheet': 'Show these shortcuts',
  'keys.move': 'Previous, next message',
  'keys.break': 'Break the line',
  'keys.editLast': 'In an empty field: edit your last message',
  'keys.inside': 'Buttons and links of the message',
}
