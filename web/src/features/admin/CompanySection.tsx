import { useEffect, useState } from 'react'
import { admin } from '../../api/admin'
import { Button, TextField } from '../../ui'
import { useServices, useT } from '../kit/hooks'
import css from './Admin.module.css'

/** CompanySection changes what is the same for everybody. */
export function CompanySection() {
  const t = useT()
  const s = useServices()
  const [name, setName] = useState('')
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    admin.settings(s.api).then((v) => setName(v.company_name), s.fail)
  }, [s])
  const save = async () => {
    setBusy(true)
    await s
      .withProof(() => admin.saveSettings(s.api, { company_name: name.trim() }))
      .then(
        () => s.say('admin.done'),
        (e) => s.fail(e),
      )
    setBusy(false)
  }
  return (
    <div className={css.form}>
      <TextField label={t('admin.company')} value={name} maxLength={128} onChange={(e) => setName(e.target.value)} />
      <div className={css.tools}>
        <Button kind="primary" busy={busy} disabled={!name.trim()} onClick={() => void save()}>
          {t('admin.save')}
        </Button>
      </div>
    </div>
  )
}
