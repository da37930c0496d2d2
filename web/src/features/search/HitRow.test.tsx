import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, it } from 'vitest'
import type { Hit } from '../../api/search'
import { I18n } from '../../i18n'
import { loaders } from '../../i18n/loaders'
import { sampleHead, sampleMessage } from '../../model/samples.test-support'
import { Store } from '../../model/store'
import { ServicesContext } from '../kit/hooks'
import type { Services } from '../kit/services'
import { HitRow } from './HitRow'

it('names the other one of a direct conversation, whoever wrote', async () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
  const i18n = new I18n(loaders, 'zh-CN')
  await i18n.load('chat', 'search')
  const head = sampleHead({
    id: 'D',
    kind: 'direct',
    name: '',
    peer: { id: 'P', kind: 'person', name: '林小满', department: '', position: '' },
  })
  const services = {
    i18n,
    timers: { now: () => Date.now() },
    conversations: { list: new Store({ byId: new Map([['D', head]]), order: ['D'] }) },
  } as unknown as Services
  const hit = {
    message: sampleMessage(1, { sender: { id: 'ME', kind: 'person', name: '张伟' } }),
    conversation: { id: 'D', kind: 'direct', name: '' },
  } as unknown as Hit
  const root = document.createElement('ol')
  await act(async () =>
    createRoot(root).render(
      <ServicesContext value={services}>
        <HitRow hit={hit} narrow={false} current={false} onOpen={() => {}} />
      </ServicesContext>,
    ),
  )
  expect(root.textContent).toContain('与 林小满 的单聊')
})
