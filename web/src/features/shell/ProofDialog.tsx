import { useState } from 'react'
import { Button, Dialog, TextField } from '../../ui'
import { errorText } from '../kit/errors'
import { useI18n, useServices, useStore } from '../kit/hooks'
import type { ProofRequest } from '../kit/services'

/** ProofDialog asks for the password before a sensitive act. */
export function ProofDialog() {
  const s = useServices()
  const request = useStore(s.proof)
  return request ? <Form request={request} /> : null
}

function Form({ request }: { request: ProofRequest }) {
  const i18n = useI18n()
  const { t } = i18n
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string>()
  const prove = async () => {
    setBusy(true)
    try {
      await request.prove(password)
    } catch (e) {
      setError(errorText(e, i18n))
      setBusy(false)
    }
  }
  return (
    <Dialog
      title={t('proof.title')}
      closeLabel={t('common.close')}
      width={400}
      onClose={request.cancel}
      actions={
        <>
          <Button onClick={request.cancel}>{t('common.cancel')}</Button>
          <Button kind="primary" busy={busy} disabled={password === ''} onClick={() => void prove()}>
            {t('proof.confirm')}
          </Button>
        </>
      }
    >
      <p>{t('proof.text')}</p>
      <form
        onSubmit={(e) => {
          e.preventDefault()
          void prove()
        }}
      >
        <TextField
          label={t('entry.password')}
          type="password"
          autoComplete="current-password"
          autoFocus
          value={password}
          error={error}
          onChange={(e) => setPassword(e.target.value)}
        />
      </form>
    </Dialog>
  )
}
