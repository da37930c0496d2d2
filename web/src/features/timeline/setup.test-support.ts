import type { Me } from '../../api/types'
import { I18n } from '../../i18n'
import { loaders } from '../../i18n/loaders'
import { range, sampleHead } from '../../model/samples.test-support'
import { connected, Server } from '../../model/server.test-support'
import { Store } from '../../model/store'
import { settle } from '../../sync/testing.test-support'
import type { Services } from '../kit/services'
import { TimelineViewModel } from './TimelineViewModel'

/** setup opens the conversation C of 100 messages, of which the newest are unread. */
export async function setup({ unread = 4, target = 0, attentive = true } = {}) {
  const server = new Server()
  server.log = range(1, 100)
  server.changes = server.log.map((m) => ({ rev: m.rev, kind: 'message', seq: m.seq, message: m }))
  server.head = sampleHead({ last_seq: 100, rev: 100, read_seq: 100 - unread, unread })
  const client = await connected(server)
  const failures: unknown[] = []
  const looks = new Store(attentive)
  const services = {
    ...client,
    me: 'ME',
    account: new Store({ person: { id: 'ME', name: '我' }, limits: { edit_window_ms: 3_600_000 } } as unknown as Me),
    i18n: new I18n(loaders, 'zh-CN'),
    attentive: looks,
    origin: 'https://im.example',
    fail: (e: unknown) => failures.push(e),
    say: () => {},
    copy: async () => true,
  } as unknown as Services
  const vm = new TimelineViewModel(services, 'C', target)
  const end = vm.start()
  await settle()
  const seqs = () => vm.snapshot.rows.flatMap((r) => (r.kind === 'message' ? [r.message.seq] : []))
  return { ...client, services, vm, end, seqs, looks, failures }
}
