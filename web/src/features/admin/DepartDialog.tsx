import type { AdminPerson } from '../../api/admin'
import { Button, Dialog, Spinner } from '../../ui'
import { useServices, useSnapshot, useT, useViewModel } from '../kit/hooks'
import css from './Admin.module.css'
import { DepartViewModel } from './DepartViewModel'
import { PersonField } from './PersonField'

/** DepartDialog records that a person leaves: it names what happens, what she owns, and who takes it over. */
export function DepartDialog({ person, onClose, onDone }: { person: AdminPerson; onClose: () => void; onDone: () => void }) {
  const t = useT()
  const s = useServices()
  const vm = useViewModel(() => new DepartViewModel(s, person), person.id)
  const { state, handover, heir, busy } = useSnapshot(vm)
  return (
    <Dialog
      title={t('admin.departTitle', { name: person.name })}
      closeLabel={t('common.close')}
      width={480}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button
            kind="danger"
            busy={busy}
            disabled={state === 'loading'}
            onClick={() =>
              void vm.depart().then((gone) => {
                if (gone) onDone()
              })
            }
          >
            {t('admin.depart')}
          </Button>
        </>
      }
    >
      <p>{t('admin.departText', { name: person.name })}</p>
      {state === 'loading' && <Spinner label={t('common.loading')} />}
      {state === 'failed' && (
        <p className={css.notice} role="alert">
          {t('admin.handoverFailed')}
          <Button size="s" onClick={() => void vm.load()}>
            {t('common.retry')}
          </Button>
        </p>
      )}
      {handover?.count === 0 && <p className={css.soft}>{t('admin.handoverNone', { name: person.name })}</p>}
      {handover && handover.count > 0 && (
        <>
          <p>
            <b>{t('admin.handoverCount', { name: person.name, n: handover.count })}</b>
          </p>
          <ul className={css.handover}>
            {handover.items.map((c) => (
              <li key={c.id}>
                <span>{c.name || t('admin.unnamed')}</span>
                <small>
                  {c.next ? t('admin.handoverNext', { n: c.members, name: c.next.name }) : t('admin.handoverArchive')}
                </small>
              </li>
            ))}
          </ul>
          <PersonField label={t('admin.heir')} value={heir} onChange={vm.choose} without={person.id} hint={t('admin.heirHint')} />
        </>
      )}
    </Dialog>
  )
}
