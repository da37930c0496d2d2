import type { AuditRecord } from '../../api/admin'
import { Button, EmptyState, Select } from '../../ui'
import { useI18n, useServices, useSnapshot, useT, useViewModel } from '../kit/hooks'
import css from './Admin.module.css'
import type { SectionProps } from './AdminPage'
import { AuditViewModel, auditKinds } from './AuditViewModel'
import { actorText, detailRows, sentenceOf } from './auditText'
import { DatesField } from './DatesField'
import { PersonField } from './PersonField'
import { Paged, SidePanel } from './parts'
import table from './Table.module.css'

/** AuditView reads the trail: who did what to whom, when and from where. */
export function AuditView({ frame }: SectionProps) {
  const t = useT()
  const s = useServices()
  const vm = useViewModel(() => new AuditViewModel(s), 'audit')
  const { person, object, kind, from, to, list, opened } = useSnapshot(vm)
  return frame(
    <div className={css.page}>
      <div className={css.filters}>
        <PersonField
          label={t('admin.who')}
          placeholder={t('admin.anybody')}
          value={person}
          onChange={(p) => vm.show({ person: p })}
        />
        <Select
          label={t('admin.what')}
          value={kind}
          onChange={(e) => vm.show({ kind: auditKinds.find((k) => k === e.target.value) ?? '' })}
          options={[
            { value: '', label: t('admin.anything') },
            ...auditKinds.map((k) => ({ value: k, label: t(`admin.audit.${k}`) })),
          ]}
        />
        <PersonField
          label={t('admin.toWhom')}
          placeholder={t('admin.anybody')}
          value={object}
          onChange={(p) => vm.show({ object: p })}
        />
        <DatesField span={{ after: from, before: to }} onPick={vm.pick} onClear={() => vm.show({ from: '', to: '' })} />
        {vm.filtered && <Button onClick={vm.clear}>{t('admin.clear')}</Button>}
      </div>
      <Paged
        list={list}
        onMore={vm.more}
        onRetry={vm.reload}
        count={(n) => t('admin.shownRecords', { n: list.more ? `${n}+` : n })}
        empty={
          <EmptyState icon="shield" title={t(vm.filtered ? 'admin.noRecordsFound' : 'admin.noRecords')}>
            {vm.filtered && <Button onClick={vm.clear}>{t('admin.clear')}</Button>}
          </EmptyState>
        }
      >
        {(items) => <Records items={items} vm={vm} />}
      </Paged>
      <section className={css.message}>
        <h3>{t('admin.verify')}</h3>
        <p>{t('admin.verifyText')}</p>
        <pre>xinshu audit verify --data DIR</pre>
      </section>
    </div>,
    opened
      ? { label: t('admin.record'), view: <RecordPanel record={opened} vm={vm} onClose={() => vm.open(undefined)} /> }
      : undefined,
  )
}

function Records({ items, vm }: { items: readonly AuditRecord[]; vm: AuditViewModel }) {
  const i18n = useI18n()
  const { t } = i18n
  const { names, opened } = useSnapshot(vm)
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th scope="col">{t('admin.when')}</th>
          <th scope="col">{t('admin.who')}</th>
          <th scope="col">{t('admin.what')}</th>
          <th scope="col" className={table.wide}>
            {t('admin.address')}
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((r) => (
          <tr key={`${r.node}-${r.n}`} className={r === opened ? table.chosenRow : undefined}>
            <td className={table.time}>{i18n.moment(new Date(r.at))}</td>
            <td data-label={t('admin.who')}>{actorText(r, names, i18n)}</td>
            <td data-label={t('admin.what')} className={table.wrap}>
              <button type="button" className={table.rowLink} title={r.object} onClick={() => vm.open(r)}>
                {sentenceOf(r, names, i18n)}
              </button>
            </td>
            <td data-label={t('admin.address')} className={table.wide}>
              {r.address || '—'}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** RecordPanel is one record with everything that is stored of it. */
function RecordPanel({ record: r, vm, onClose }: { record: AuditRecord; vm: AuditViewModel; onClose: () => void }) {
  const i18n = useI18n()
  const { t } = i18n
  const { names } = useSnapshot(vm)
  const object = r.object && names.get(r.object)
  const facts: [label: string, value: string, under?: string][] = [
    [t('admin.when'), i18n.full(new Date(r.at))],
    [t('admin.who'), actorText(r, names, i18n), r.person],
    [t('admin.actCode'), r.action],
    object ? [t('admin.object'), object, r.object] : [t('admin.object'), r.object || '—'],
    [t('admin.address'), r.address || '—'],
    [t('admin.session'), r.session ?? '—'],
    [t('admin.chain'), t('admin.chainPlace', { node: r.node, n: r.n })],
  ]
  const details = detailRows(r)
  return (
    <SidePanel title={t('admin.record')} onClose={onClose}>
      <p className={css.sentence}>
        {actorText(r, names, i18n)} {sentenceOf(r, names, i18n)}
      </p>
      <dl className={css.list}>
        {facts.map(([label, value, under]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {value}
              {under && under !== value && <small>{under}</small>}
            </dd>
          </div>
        ))}
      </dl>
      {details.length > 0 && (
        <>
          <h3 className={css.detailTitle}>{t('admin.detail')}</h3>
          <dl className={css.list}>
            {details.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </SidePanel>
  )
}
