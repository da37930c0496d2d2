import { expect, it } from 'vitest'
import { I18n } from '../../i18n'
import { loaders } from '../../i18n/loaders'
import { systemText } from './systemText'

it('writes the reader in small letters unless she begins the sentence', async () => {
  const i18n = new I18n(loaders, 'en')
  await i18n.load('chat')
  const me = { id: 'ME', name: 'Lin' }
  const her = { id: 'H', name: 'Gu' }
  const said = (kind: string, actor: typeof me, people: (typeof me)[]) =>
    systemText({ kind, actor, people, fallback: '' } as Parameters<typeof systemText>[0], i18n, 'ME')
  expect(said('added', her, [me])).toBe('Gu added you')
  expect(said('added', me, [her])).toBe('You added Gu')
  expect(said('joined', me, [me])).toBe('You joined')
})
