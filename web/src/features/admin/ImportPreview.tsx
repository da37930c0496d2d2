import { useState } from 'react'
import { Link } from 'wouter'
import type { Act, Counts, Diff, LineError } from '../../api/admin'
import type { I18n } from '../../i18n'
import { Button, EmptyState, Tabs } from '../../ui'
import { useI18n, useSnapshot, useT } from '../kit/hooks'
import css from './Admin.module.css'
import imp from './Import.module.css'
import type { ImportViewModel } from './ImportViewModel'
import { reasonText } from './importReasons'
import table from './Table.module.css'

const acts: readonly Act[] = ['created', 'changed', 'moved', 'left']
const pageOf = 100 // bad lines shown before one asks for more

/** ImportBad names each bad line with its number, column and value, and says what to do. */
export function ImportBad({ errors }: { errors: readonly LineError[] }) {
  const i18n = useI18n()
  const { t } = i18n
  const [shown, setShown] = useState(pageOf)
  return (
    <section className={css.form} aria-label={t('admin.badLines', { n: errors.length })}>
      <p className={css.alert} role="alert">
        <b>{t('admin.badLines', { n: errors.length })}</b> {t('admin.badLinesText')}
      </p>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t('admin.lineNumber')}</th>
            <th scope="col">{t('admin.column')}</th>
            <th scope="col">{t('admin.value')}</th>
            <th scope="col">{t('admin.reason')}</th>
          </tr>
        </thead>
        <tbody>
          {errors.slice(0, shown).map((e) => (
            <tr key={`${e.line} ${e.column} ${e.value} ${e.reason}`}>
              <td>{e.line ? t('admin.lineN', { n: e.line }) : t('admin.wholeFile')}</td>
              <td data-label={t('admin.column')}>{columnText(e.column, i18n)}</td>
              <td data-label={t('admin.value')}>{e.value ? <code>{e.value}</code> : '—'}</td>
              <td data-label={t('admin.reason')} className={table.wrap}>
                {reasonText(i18n, e.reason)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {errors.length > shown && (
        <div className={css.more}>
          <Button size="s" onClick={() => setShown(shown + pageOf)}>
            {t('common.loadMore')}
          </Button>
        </div>
      )}
    </section>
  )
}

/** columnText is a column as people call it. */
function columnText(column: string | undefined, i18n: I18n): string {
  const key = `admin.field.${column}`
  return i18n.has(key) ? i18n.t(key) : column || '—'
}

/** ImportDiff is what a file would change: counts, and the things themselves. */
export function ImportDiff({ vm }: { vm: ImportViewModel }) {
  const t = useT()
  const { preview, shown, items } = useSnapshot(vm)
  if (!preview) return null
  const { diff } = preview
  const total = acts.reduce((n, act) => n + diff.departments[act] + diff.people[act], 0)
  if (!preview.plan) return <EmptyState icon="check" title={t('admin.nothingToDo')} text={t('admin.nothingToDoText')} />
  const of = (act: Act) => diff.departments[act] + diff.people[act]
  return (
    <section className={css.form} aria-label={t('admin.diff')}>
      <Numbers diff={diff} />
      <Tabs
        label={t('admin.diff')}
        kind="segment"
        active={shown}
        onChange={vm.show}
        tabs={[
          { id: 'all', label: t('admin.all'), count: total },
          ...acts.filter((act) => of(act) > 0).map((act) => ({ id: act, label: t(`admin.${act}`), count: of(act) })),
        ]}
      />
      <ul className={imp.diffItems}>
        {items.map((x) => (
          <li key={`${x.kind} ${x.act} ${x.line ?? 0} ${x.name} ${x.detail}`}>
            <span className={`${table.tag} ${table[x.act]}`}>{t(`admin.${x.act}`)}</span>
            <span className={imp.diffName}>
              <b>{x.name}</b> <small>{x.detail}</small>
            </span>
            <small>
              {t(`admin.kind.${x.kind}`)}
              {x.line ? ` · ${t('admin.lineN', { n: x.line })}` : ''}
            </small>
          </li>
        ))}
      </ul>
      {total > diff.items.length && <p className={css.soft}>{t('admin.firstItems', { n: diff.items.length, total })}</p>}
    </section>
  )
}

function Numbers({ diff }: { diff: Diff }) {
  const t = useT()
  const row = (label: string, c: Counts) => (
    <tr>
      <th scope="row">{label}</th>
      {acts.map((act) => (
        <td key={act} className={c[act] === 0 ? imp.zero : undefined}>
          {c[act]}
        </td>
      ))}
    </tr>
  )
  return (
    <>
      <table className={imp.numbers}>
        <thead>
          <tr>
            <td />
            {acts.map((act) => (
              <th key={act} scope="col">
                {t(`admin.${act}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {row(t('admin.departments'), diff.departments)}
          {row(t('admin.peopleCount'), diff.people)}
        </tbody>
      </table>
      {diff.positions + diff.ranks > 0 && (
        <p className={css.soft}>{t('admin.newEntries', { positions: diff.positions, ranks: diff.ranks })}</p>
      )}
    </>
  )
}

/** ImportDone says what was written and what to do next. */
export function ImportDone({ result, onAgain }: { result: Diff; onAgain: () => void }) {
  const t = useT()
  return (
    <>
      <EmptyState icon="check" title={t('admin.imported')} text={t('admin.importedText')}>
        <Link href="/admin/people">{t('admin.seeAccounts')}</Link>
        <Button onClick={onAgain}>{t('admin.importAgain')}</Button>
      </EmptyState>
      <Numbers diff={result} />
    </>
  )
}
