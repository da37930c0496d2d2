import { useState } from 'react'
import { admin, type Counts, type Preview } from '../../api/admin'
import { Button, Checkbox } from '../../ui'
import { useServices, useT } from '../kit/hooks'
import css from './Admin.module.css'

const acts = ['created', 'changed', 'moved', 'left'] as const

/** ImportSection reads a file of the organisation: preview first, then all or nothing. */
export function ImportSection() {
  const t = useT()
  const s = useServices()
  const [file, setFile] = useState<File>()
  const [replace, setReplace] = useState(false)
  const [preview, setPreview] = useState<Preview>()
  const [busy, setBusy] = useState(false)

  const run = async (act: () => Promise<void>) => {
    setBusy(true)
    await s.withProof(act).catch((e) => s.fail(e))
    setBusy(false)
  }
  const look = () =>
    run(async () => {
      if (file) setPreview(await admin.preview(s.api, file, file.name.toLowerCase().endsWith('.json') ? 'json' : 'csv', replace))
    })
  const apply = () =>
    run(async () => {
      if (!preview) return
      await admin.apply(s.api, preview.plan)
      setPreview(undefined)
      setFile(undefined)
      s.say('admin.imported')
    })
  const row = (label: string, c: Counts) => (
    <tr>
      <th scope="row">{label}</th>
      {acts.map((act) => (
        <td key={act}>{c[act]}</td>
      ))}
    </tr>
  )
  return (
    <div className={css.form}>
      <p>{t('admin.importText')}</p>
      <label className={css.drop}>
        <input
          type="file"
          accept=".csv,.json,text/csv,application/json"
          aria-label={t('admin.choose')}
          onChange={(e) => {
            setFile(e.target.files?.[0])
            setPreview(undefined)
          }}
        />
      </label>
      <Checkbox checked={replace} onChange={(e) => setReplace(e.target.checked)}>
        {t('admin.replace')}
      </Checkbox>
      <div className={css.tools}>
        <Button disabled={!file} busy={busy && !preview} onClick={() => void look()}>
          {t('admin.preview')}
        </Button>
        {preview && preview.errors.length === 0 && preview.plan && (
          <Button kind="primary" busy={busy} onClick={() => void apply()}>
            {t('admin.apply')}
          </Button>
        )}
      </div>
      {preview && preview.errors.length > 0 && (
        <div role="alert">
          <h3>{t('admin.badLines', { n: preview.errors.length })}</h3>
          <ul className={css.lines}>
            {preview.errors.slice(0, 200).map((e) => (
              <li key={`${e.line} ${e.column} ${e.value} ${e.reason}`}>
                <b>{e.line ? t('admin.line', { n: e.line }) : t('admin.wholeFile')}</b>{' '}
                {[e.column, e.value, e.reason].filter(Boolean).join(' · ')}
              </li>
            ))}
          </ul>
        </div>
      )}
      {preview && preview.errors.length === 0 && (
        <>
          <table className={css.table}>
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
              {row(t('admin.departments'), preview.diff.departments)}
              {row(t('admin.peopleCount'), preview.diff.people)}
            </tbody>
          </table>
          {!preview.plan && <p>{t('admin.nothing')}</p>}
          <ul className={css.lines}>
            {preview.diff.items.slice(0, 200).map((x) => (
              <li key={`${x.kind} ${x.act} ${x.name} ${x.detail}`}>
                <b>{t(`admin.${x.act}`)}</b> {x.name} {x.detail}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
