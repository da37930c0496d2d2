import type { I18n, Key } from '../../i18n'

/** The server's sentences about a file and its lines, and the texts that say the same in people's languages. */
const sentences: readonly (readonly [RegExp, Key])[] = [
  [/^Nobody else is an active system administrator: /, 'admin.line.lastAdmin'],
  [/^The file does not name this person, who would leave\. /, 'admin.line.lastAdminLeaves'],
  [/^A quotation mark stands in the wrong place/, 'admin.line.quote'],
  [/^The entry cannot be read\.$/, 'admin.line.entry'],
  [/^The line has more cells than there are columns\.$/, 'admin.line.cells'],
  [/^There are more positions or titles than departments\.$/, 'admin.line.more'],
  [/^(This is not|A level is) a whole number\.$/, 'admin.line.number'],
  [/^There is no such field\.$/, 'admin.line.field'],
  [/^The department stands below itself\.$/, 'admin.line.cycle'],
  [/^There is no person with this employee number/, 'admin.line.manager'],
  [/^The managers form a circle\.$/, 'admin.line.managers'],
  [/^The code belongs to another (department|position|rank)\.$/, 'admin.line.codeTaken'],
  [/^The (?:code|department) stands in line (\d+) already\.$/, 'admin.line.twice'],
  [/^(?:This person|It) stands in line (\d+) already\.$/, 'admin.line.twice'],
  [/^It belongs to another person\.$/, 'admin.line.taken'],
  [/^A person has at most 20 memberships\.$/, 'admin.line.memberships'],
  [/^The same department and position stand twice\.$/, 'admin.line.sameTwice'],
  [/^Only one membership is the primary one\.$/, 'admin.line.primary'],
  [/^A person needs an employee number, a login or an e-mail address\.$/, 'admin.line.key'],
  [/^A new department needs a name\.$/, 'admin.line.departmentName'],
  [/^A new person needs a name\.$/, 'admin.line.personName'],
  [/^The name differs from the end of the path\.$/, 'admin.line.pathName'],
  [/^There is no department with this code\.$/, 'admin.line.parentCode'],
  [/^A department needs a path or a code\.$/, 'admin.line.path'],
  [/^The status is one of /, 'admin.line.status'],
  [/^There is no such rank\./, 'admin.line.rank'],
  [/^Departments may have at most (\d+) levels\.$/, 'admin.line.deep'],
  [/^There are several departments "(.*)" in the same place/, 'admin.line.several'],
  [/^There is no department "(.*)" in this place\.$/, 'admin.line.noDepartment'],
  [/^The text is too long\.$/, 'admin.line.long'],
  [/^A name needs at least one visible character\.$/, 'admin.line.empty'],
  [/^Control characters and those that turn/, 'admin.line.control'],
  [/^A login has up to 64 /, 'admin.fault.login.invalid'],
  [/^This is not an e-mail address\.$/, 'admin.fault.email.invalid'],
  [/^A telephone number has 3 to 20 digits/, 'admin.fault.mobile.invalid'],
  [/^A date is written as /, 'admin.fault.hired_on.invalid'],
  [/^A language is written as /, 'admin.line.locale'],
  [/^This cannot be stored\.$/, 'admin.line.store'],
  [/^The file has no line of headers/, 'admin.file.headers'],
  [/^The column "(.*)" is not known\./, 'admin.file.column'],
  [/^The column "(.*)" stands twice\.$/, 'admin.file.columnTwice'],
  [/^The file has neither people/, 'admin.file.nothing'],
  [/^The column "(.*)" does not belong into /, 'admin.file.columnOther'],
  [/^The file says that it is UTF-8/, 'admin.file.utf8'],
  [/^This is a workbook or an archive\./, 'admin.file.workbook'],
  [/^The encoding of the file was not recognised/, 'admin.file.encoding'],
  [/^The file is encoded in (.*)\. Save/, 'admin.file.encoded'],
  [/^The file is not valid JSON near line (\d+)\.$/, 'admin.file.json'],
  [/^A file has at most (\d+) lines\.$/, 'admin.file.lines'],
  [/^A file has at most (\d+) entries\.$/, 'admin.file.entries'],
  [/^A table of people needs a column/, 'admin.file.peopleKey'],
  [/^An? (.+) cannot stand here\.$/, 'admin.file.token'],
  [/^An import file has at most (\d+) MB\.$/, 'admin.file.size'],
]

/** reasonText says a sentence of the import in the reader's language; one that is not known stays as the server wrote it. */
export function reasonText(i18n: I18n, sentence: string): string {
  for (const [pattern, key] of sentences) {
    const found = pattern.exec(sentence)
    if (found) return i18n.t(key, { what: found[1] ?? '' })
  }
  return sentence
}

/** knownReason says whether a sentence has its own text. */
export function knownReason(sentence: string): boolean {
  return sentences.some(([pattern]) => pattern.test(sentence))
}
