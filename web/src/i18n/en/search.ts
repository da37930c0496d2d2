import type { Catalogues } from '..'

export const search: Record<keyof Catalogues['search'], string> = {
  'search.title': 'Search',
  'search.field': 'Search messages',
  'search.hint': 'Words, "phrases", -word to leave out',
  'search.start': 'Search the messages of all conversations',
  'search.startText': 'Chinese is found by the character, traditional as simplified; English by its beginning.',
  'search.none': 'Nothing found',
  'search.noneText': 'Try another word, or take a filter away.',
  'search.failed': 'The search did not finish',
  'search.partial': 'Only a part was looked through; load more to look further back.',
  'search.from': 'From',
  'search.in': 'In',
  'search.after': 'From date',
  'search.before': 'Until date',
  'search.pickPerson': 'Name or pinyin',
  'search.remove': 'Remove “{name}”',
  'search.everywhere': 'All conversations',
  'search.direct': 'Direct',
}
