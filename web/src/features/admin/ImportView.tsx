import { useRef, useState } from 'react'
import { Button, Checkbox, cx, Icon, Spinner } from '../../ui'
import { Confirm } from '../kit/Confirm'
import { useI18n, useServices, useSnapshot, useViewModel } from '../kit/hooks'
import css from './Admin.module.css'
import type { SectionProps } from './AdminPage'
import imp from './Import.module.css'
import { ImportBad, ImportDiff, ImportDone } from './ImportPreview'
import { type ImportFailure, ImportViewModel } from './ImportViewModel'
import { reasonText } from './importReasons'

/** sizeText is a file's size in words. */
function sizeText(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`
}

/** ImportView reads a file of the organisation: choose, look, then all of it or nothing. */
export function ImportView({ frame }: SectionProps) {
  const i18n = useI18n()
  const { t } = i18n
  const s = useServices()
  const vm = useViewModel(() => new ImportViewModel(s), 'import')
  const { step, file, replace, preview, failure, progress, stopping, result } = useSnapshot(vm)
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const [asking, setAsking] = useState(false)
  const [format, setFormat] = useState(false)
  const applying = step === 'applying'
  const leavers = preview?.diff.people.left ?? 0
  return frame(
    <div className={cx(css.page, css.narrow)}>
      {step === 'done' && result ? (
        <ImportDone result={result} onAgain={vm.again} />
      ) : (
        <>
          <p className={css.soft}>{t('admin.importText')}</p>
          <section className={imp.format}>
            <Button kind="quiet" size="s" aria-expanded={format} onClick={() => setFormat(!format)}>
              {t('admin.importFormat')}
            </Button>
            {format && (
              <>
                <p className={css.soft}>{t('admin.importFormatText')}</p>
                <pre>{t('admin.importExample')}</pre>
              </>
            )}
          </section>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a way beside the button inside */}
          <div
            className={cx(imp.drop, over && imp.over)}
            onDragOver={(e) => {
              e.preventDefault()
              setOver(true)
            }}
            onDragLeave={() => setOver(false)}
            onDrop={(e) => {
              e.preventDefault()
              setOver(false)
              vm.choose(e.dataTransfer.files[0])
            }}
          >
            <Icon name="upload" size={28} />
            {file ? (
              <p className={imp.fileName}>
                {file.name} <small>{sizeText(file.size)}</small>
              </p>
            ) : (
              <p>{t('admin.dropHere')}</p>
            )}
            <Button disabled={applying} onClick={() => input.current?.click()}>
              {t(file ? 'admin.otherFile' : 'admin.chooseFile')}
            </Button>
            <input
              ref={input}
              type="file"
              hidden
              aria-label={t('admin.chooseFile')}
              accept=".csv,.json,.txt,text/csv,application/json"
              onChange={(e) => {
                vm.choose(e.target.files?.[0])
                e.target.value = '' // the same file again is another choice: it may have been mended
              }}
            />
          </div>
          <div>
            <Checkbox checked={replace} disabled={applying} onChange={(e) => vm.setReplace(e.target.checked)}>
              {t('admin.replace')}
            </Checkbox>
            <p className={css.soft}>{t('admin.replaceText')}</p>
          </div>
          {failure && (
            <p className={css.alert} role="alert">
              {failureText(failure, i18n)}
            </p>
          )}
          {step === 'choose' && (
            <div>
              <Button
                kind="primary"
                disabled={!file || failure?.code === 'kind' || failure?.code === 'size'}
                onClick={() => void vm.look()}
              >
                {t(failure ? 'admin.previewAgain' : 'admin.preview')}
              </Button>
            </div>
          )}
          {step === 'reading' && (
            <div className={imp.running} role="status">
              <Spinner size={20} label={t('admin.reading')} />
              <span>{t('admin.reading')}</span>
              <Button size="s" onClick={() => void vm.cancel()}>
                {t('common.cancel')}
              </Button>
            </div>
          )}
          {applying && (
            <div className={imp.running}>
              <progress max={1} {...(progress === undefined ? {} : { value: progress })} aria-label={t('admin.applying')} />
              <span role="status">
                {t(stopping ? 'admin.stopping' : 'admin.applying')}
                {progress !== undefined && ` ${Math.round(progress * 100)} %`}
              </span>
              <Button size="s" disabled={stopping} onClick={() => void vm.cancel()}>
                {t('admin.stop')}
              </Button>
            </div>
          )}
          {preview && preview.errors.length > 0 && <ImportBad errors={preview.errors} />}
          {preview && preview.errors.length === 0 && (
            <>
              <ImportDiff vm={vm} />
              {step === 'preview' && preview.plan && (
                <div className={css.toolbar}>
                  <Button kind="primary" onClick={() => (leavers > 0 ? setAsking(true) : void vm.apply())}>
                    {t('admin.apply')}
                  </Button>
                  <span className={css.soft}>{t('admin.applyText')}</span>
                </div>
              )}
            </>
          )}
          {asking && (
            <Confirm
              title={t('admin.leaveTitle', { n: leavers })}
              text={t('admin.leaveText', { n: leavers, file: file?.name ?? '' })}
              act={t('admin.apply')}
              danger
              onConfirm={() => {
                setAsking(false)
                void vm.apply()
              }}
              onClose={() => setAsking(false)}
            />
          )}
        </>
      )}
    </div>,
  )
}

function failureText({ code, reason }: ImportFailure, i18n: ReturnType<typeof useI18n>): string {
  const key = `admin.importFailure.${code}`
  if (i18n.has(key)) return i18n.t(key)
  if ((code === 'invalid' || code === 'too_large') && reason) return reasonText(i18n, reason)
  const general = `error.${code}`
  return i18n.has(general) ? i18n.t(general, { seconds: 5 }) : i18n.t('error.internal')
}
