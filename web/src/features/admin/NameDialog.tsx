import { useState } from 'react'
import { Button, Dialog, TextField } from '../../ui'
import { useI18n } from '../kit/hooks'
import css from './Admin.module.css'
import { type Faults, faultText } from './faults'

export interface NameDialogProps {
  title: string
  act: string
  name?: string
  code?: string
  faults: Faults
  busy: boolean
  onSave: (name: string, code: string) => void
  onClose: () => void
}

/** NameDialog asks for a name and a code: of a department, a position, a rank. */
export function NameDialog({ title, act, name = '', code = '', faults, busy, onSave, onClose }: NameDialogProps) {
  const i18n = useI18n()
  const { t } = i18n
  const [newName, setName] = useState(name)
  const [newCode, setCode] = useState(code)
  return (
    <Dialog
      title={title}
      closeLabel={t('common.close')}
      width={400}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="primary" busy={busy} disabled={!newName.trim()} onClick={() => onSave(newName, newCode)}>
            {act}
          </Button>
        </>
      }
    >
      <form
        className={css.form}
        onSubmit={(e) => {
          e.preventDefault()
          if (newName.trim()) onSave(newName, newCode)
        }}
      >
        <TextField
          label={t('admin.nameOfIt')}
          value={newName}
          maxLength={128}
          autoComplete="off"
          error={faultText(i18n, faults, 'name')}
          onChange={(e) => setName(e.target.value)}
        />
        <TextField
          label={t('admin.codeOptional')}
          value={newCode}
          maxLength={64}
          autoComplete="off"
          hint={t('admin.codeHint')}
          error={faultText(i18n, faults, 'code')}
          onChange={(e) => setCode(e.target.value)}
        />
        <button type="submit" hidden />
      </form>
    </Dialog>
  )
}
