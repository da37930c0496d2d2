import { describe, expect, it } from 'vitest'
import { daysBetween, format, I18n, localeFor } from '.'
import { loaders } from './loaders'

describe('format', () => {
  it('fills places and chooses plurals by the language', () => {
    const en = '{n, plural, one {# message} other {# messages}} for {name}'
    expect(format(en, { n: 1, name: 'Li' }, 'en')).toBe('1 message for Li')
    expect(format(en, { n: 0, name: 'Li' }, 'en')).toBe('0 messages for Li')
    expect(format('{n} 条', { n: 3 }, 'zh-CN')).toBe('3 条')
  })

  it('does not read places out of values', () => {
    expect(format('{a}{b}', { a: '{b}', b: 'x' }, 'en')).toBe('{b}x')
    expect(format('{missing}', {}, 'en')).toBe('{missing}')
  })
})

describe('I18n', () => {
  it('loads what is asked for and changes language for all of it', async () => {
    const i18n = new I18n(loaders, 'zh-CN')
    let told = 0
    i18n.subscribe(() => told++)
    await i18n.load('entry', 'chat')
    expect(i18n.t('state.counts', { read: 3, unread: 9 })).toBe('3 人已读 · 9 人未读')
    await i18n.use('en')
    expect(i18n.t('state.counts', { read: 3, unread: 9 })).toBe('3 read · 9 unread')
    expect(i18n.t('entry.signIn')).toBe('Sign in')
    expect(told).toBe(2)
  })

  it('names days as people do', async () => {
    const now = new Date(2026, 10, 23, 9)
    const zh = new I18n(loaders, 'zh-CN')
    expect(zh.day(new Date(2026, 10, 22, 23, 59), now)).toBe('昨天')
    expect(zh.brief(new Date(2026, 10, 23, 8, 5), now)).toBe('08:05')
    expect(zh.day(new Date(2025, 0, 2), now)).toContain('2025')
    expect(daysBetween(new Date(2026, 10, 22, 23, 59), now)).toBe(1)
  })

  it('picks a language', () => {
    expect(localeFor('en', ['zh-CN'])).toBe('en')
    expect(localeFor('', ['zh-TW', 'en'])).toBe('zh-CN')
    expect(localeFor('', ['de', 'zh'])).toBe('en')
  })
})
