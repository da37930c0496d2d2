import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, it } from 'vitest'
import { settle } from '../../sync/testing.test-support'
import { ServicesContext } from '../kit/hooks'
import { setup } from './setup.test-support'
import { TimelineView } from './TimelineView'
import { TimelineViewModel } from './TimelineViewModel'

const actions = { reply: () => {}, edit: () => {}, receipts: () => {}, profile: () => {} }

it('loads older messages in a conversation that was loaded before', async () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
  const { services, end, server } = await setup({ unread: 0 })
  end()
  await services.i18n.load('chat')
  const again = new TimelineViewModel(services, 'C', 0)
  const held = again.snapshot.rows.length
  expect(held).toBeGreaterThan(0)
  const root = document.createElement('div')
  document.body.append(root)
  await act(async () => {
    createRoot(root).render(
      <ServicesContext value={services}>
        <TimelineView vm={again} head={server.head} actions={actions} />
      </ServicesContext>,
    )
  })
  await act(async () => {
    again.start()
    await settle()
  })
  // Without a layout everything is in view: the start is near, so older messages are wanted.
  expect(again.snapshot.rows.length).toBeGreaterThan(held)
})
