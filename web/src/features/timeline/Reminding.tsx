import { lazy, Suspense } from 'react'
import type { Message } from '../../api/types'
import { useCatalogues } from '../kit/hooks'
import type { TimelineViewModel } from './TimelineViewModel'

const ReminderDialog = lazy(() => import('../later/ReminderDialog'))

/** Reminding asks when to remind of a message; it stands once per timeline. */
export function Reminding({ vm, message }: { vm: TimelineViewModel; message: Message }) {
  if (!useCatalogues('later')) return null
  return (
    <Suspense>
      <ReminderDialog onPick={(at) => vm.remind(message, at)} onClose={() => vm.askReminder(undefined)} />
    </Suspense>
  )
}
