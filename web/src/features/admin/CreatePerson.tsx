import { useEffect, useState } from 'react'
import { admin, type Link } from '../../api/admin'
import { type Department, organisation } from '../../api/organisation'
import { Button, Dialog, Select, TextField } from '../../ui'
import { errorText } from '../kit/errors'
import { useI18n, useServices } from '../kit/hooks'
import css from './Admin.module.css'

/** CreatePerson makes a person and her activation link. */
export function CreatePerson({ onClose, onMade }: { onClose: () => void; onMade: (name: string, link: Link) => void }) {
  const i18n = useI18n()
  const { t } = i18n
  const s = useServices()
  const [name, setName] = useState('')
  const [login, setLogin] = useState('')
  const [email, setEmail] = useState('')
  const [trail, setTrail] = useState<readonly Department[]>([])
  const [levels, setLevels] = useState<readonly (readonly Department[])[]>([])
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string>()
  const last = trail[trail.length - 1]

  // One field for each level of the organisation that was chosen into.
  useEffect(() => {
    organisation.departments(s.api, last?.id).then(
      (found) => setLevels((old) => [...old.slice(0, trail.length), ...(found.items.length > 0 ? [found.items] : [])]),
      () => {}, // without departments a person can still be made
    )
  }, [last, trail.length, s])

  const save = async () => {
    setBusy(true)
    setError(undefined)
    try {
      const made = await s.withProof(() =>
        admin.create(s.api, {
          name: name.trim(),
          login: login.trim(),
          ...(email.trim() ? { email: email.trim() } : {}),
          ...(last ? { memberships: [{ department: last.id, primary: true }] } : {}),
        }),
      )
      onMade(name.trim(), made.link)
    } catch (e) {
      setError(errorText(e, i18n))
      setBusy(false)
    }
  }
  return (
    <Dialog
      title={t('admin.create')}
      closeLabel={t('common.close')}
      width={440}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="primary" busy={busy} disabled={!name.trim() || !login.trim()} onClick={() => void save()}>
            {t('admin.create')}
          </Button>
        </>
      }
    >
      <div className={css.form}>
        <TextField label={t('admin.name')} value={name} maxLength={128} autoFocus onChange={(e) => setName(e.target.value)} />
        <TextField
          label={t('admin.login')}
          value={login}
          maxLength={64}
          autoComplete="off"
          error={error}
          onChange={(e) => setLogin(e.target.value)}
        />
        <TextField label={t('admin.email')} type="email" value={email} onChange={(e) => setEmail(e.target.value)} />
        {levels.map((options, i) => (
          <Select
            // biome-ignore lint/suspicious/noArrayIndexKey: the level is the identity
            key={i}
            label={t('admin.department')}
            labelHidden={i > 0}
            value={trail[i]?.id ?? ''}
            onChange={(e) => {
              const chosen = options.find((d) => d.id === e.target.value)
              setLevels(levels.slice(0, i + 1))
              setTrail(chosen ? [...trail.slice(0, i), chosen] : trail.slice(0, i))
            }}
            options={[
              { value: '', label: t('admin.noDepartment') },
              ...options.map((d) => ({ value: d.id as string, label: d.name })),
            ]}
          />
        ))}
      </div>
    </Dialog>
  )
}
