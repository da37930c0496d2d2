import { describe, expect, it } from 'vitest'
import { NetworkError } from '../../api/client'
import { I18n } from '../../i18n'
import { loaders } from '../../i18n/loaders'
import { fakeApi, settle } from '../../sync/testing.test-support'
import { type EntryKind, EntryViewModel } from './EntryViewModel'

async function setup(kind: EntryKind, state: () => { open: boolean; company: string }) {
  const api = fakeApi((_, path) => (path === '/setup' ? state() : { kind: 'activation', name: '张伟', login: 'zhangwei' }))
  const i18n = new I18n(loaders, 'en')
  await i18n.load('entry')
  const vm = new EntryViewModel({
    api,
    i18n,
    kind,
    device: { name: '', platform: '' },
    token: 'T',
    ended: false,
    onDone: () => {},
  })
  vm.start()
  await settle()
  return vm.snapshot
}

describe('EntryViewModel', () => {
  it('says whose server it is to those who sign in or open a link', async () => {
    const ours = () => ({ open: false, company: '华星集团' })
    expect(await setup('login', ours)).toMatchObject({ phase: 'form', company: '华星集团', waiting: false })
    expect(await setup('link', ours)).toMatchObject({ phase: 'form', company: '华星集团', name: '张伟' })
  })

  it('says that nobody can sign in before the first administrator', async () => {
    expect(await setup('login', () => ({ open: true, company: '' }))).toMatchObject({ phase: 'form', waiting: true })
  })

  it('works without knowing whose server it is', async () => {
    const away = () => {
      throw new NetworkError('gone')
    }
    expect(await setup('login', away)).toMatchObject({ phase: 'form', company: '', waiting: false, error: '' })
  })
})
