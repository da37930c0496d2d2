// story.mjs: tests that follow each other on the same pages, and say what was on the screen when one fails.
import { test } from 'node:test'

/**
 * story returns a function like node's test: the steps run one after the other; once one fails, the later ones fail at once, because
 * they stand on it. After each step the watch must be clean.
 * @param {{watch: import('./browser.mjs').Watch, pages: Record<string, import('playwright-core').Page>}} on
 */
export function story({ watch, pages }) {
  let broken = ''
  return (name, step) =>
    test(name, async (t) => {
      if (broken) throw new Error(`not tried: "${broken}" failed before`)
      try {
        await step(t)
        watch.clean()
      } catch (e) {
        broken = name
        for (const [who, page] of Object.entries(pages)) t.diagnostic(await screen(who, page))
        const faults = watch.faults
        if (faults.length > 0) t.diagnostic(`faults:\n${faults.join('\n')}`)
        throw e
      }
    })
}

/** screen is what a screen reader would find on the page. */
async function screen(who, page) {
  const open = page.getByRole('dialog').first()
  const seen = (await open.count()) > 0 ? open : page.locator('body')
  const text = await seen.ariaSnapshot({ timeout: 2000 }).catch((e) => e.message)
  return `${who} at ${page.url()}\n${text}`
}
