// inert.mjs: what may be in the page whatever people wrote, and that nothing leaves its place.

/** checked returns what is wrong on a page: see inert and steady. */
export async function checked(page) {
  return [...(await page.evaluate(inert)), ...(await page.evaluate(steady))]
}

/** visited goes to one address of the client after the other, a frame each, and returns what is wrong at any. */
export function visited(page, paths) {
  // As one text: the policy of the page lets it make no functions, but the debugger may.
  return page.evaluate(`(async () => {
    const inert = ${inert}
    const steady = ${steady}
    const found = []
    for (const path of ${JSON.stringify(paths)}) {
      history.pushState(null, '', path)
      dispatchEvent(new PopStateEvent('popstate'))
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
      found.push(...[...inert(), ...steady()].map((x) => path + ': ' + x))
    }
    return found
  })()`)
}

// In the page:

/** inert returns what is in the document and should not be: elements that the client does not make, handlers, addresses that lead to scripts. */
function inert() {
  const ours = new Set(
    ('html head body meta title link script div span p a b strong em i s u mark br hr ul ol li dl dt dd pre code blockquote table thead tbody tr th td section article aside nav main header footer ' +
      'h1 h2 h3 h4 button input textarea select option optgroup label form fieldset legend dialog time kbd small progress noscript svg path circle rect line polyline polygon ellipse g').split(' '),
  )
  const own = (url) => url === '' || new URL(url, location.href).origin === location.origin
  const safe = (url) => ['http:', 'https:', 'mailto:', 'tel:'].includes(new URL(url, location.href).protocol)
  const found = []
  for (const el of document.querySelectorAll('*')) {
    const tag = el.localName
    const bad =
      (!ours.has(tag) && 'an element that the client does not make') ||
      (/^(script|link|meta)$/.test(tag) && !document.head.contains(el) && 'an element out of its place') ||
      (tag === 'script' && !(el.src && own(el.src)) && 'a script that is not ours') ||
      (tag === 'link' && !own(el.href) && 'a foreign file') ||
      (tag === 'meta' && el.httpEquiv && 'an order to the browser') ||
      ([...el.attributes].some((a) => /^on|^srcdoc$|^formaction$|^action$|^xlink:/.test(a.name)) && 'an attribute that acts') ||
      (el.hasAttribute('href') && tag !== 'link' && !safe(el.getAttribute('href')) && 'a link to a script') ||
      (el.hasAttribute('src') && !own(el.src) && 'a foreign file') ||
      (/url\(/i.test(el.getAttribute('style') ?? '') && 'a style that loads')
    if (bad) found.push(`${bad}: ${el.outerHTML.slice(0, 160)}`)
  }
  return [...new Set(found)]
}

/** steady returns what a text has pushed out of its place. */
function steady() {
  const found = []
  const root = document.scrollingElement
  if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) found.push(`the page is ${root.scrollWidth} × ${root.scrollHeight} in a window of ${innerWidth} × ${innerHeight}`)
  const region = (name) => document.querySelector(`[data-region=${name}]`)?.getBoundingClientRect()
  const desktop = innerWidth > 1100
  const wanted = desktop ? { rail: 64, list: 280, panel: 360 } : {}
  for (const [name, width] of Object.entries(wanted)) {
    const box = region(name)
    if (box && box.width > 0 && Math.abs(box.width - width) > 0.5) found.push(`${name} is ${box.width} px wide, not ${width}`)
  }
  const dialog = [...document.querySelectorAll('dialog[open]')].at(-1)
  // What is always there must stay where a pointer finds it.
  if (!document.querySelector('[role=menu], [role=listbox], [role=dialog]') || dialog) {
    const controls = dialog ? dialog.querySelectorAll('header button, footer button') : document.querySelectorAll('nav[data-region=rail] a, main > header button, main textarea, aside > header button')
    for (const el of controls) {
      const box = el.getBoundingClientRect()
      if (box.width === 0) continue
      const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
      if (!hit || !(el.contains(hit) || hit.contains(el))) found.push(`covered or outside: ${el.outerHTML.slice(0, 120)} by ${hit?.outerHTML.slice(0, 120)}`)
    }
  }
  // No row is wider than its column; only code and tables scroll in themselves.
  for (const el of document.querySelectorAll('article, [data-region] li:not(article li), [role=treeitem], dialog li, main > header, aside > header, dialog header, dialog footer')) {
    if (el.clientWidth > 0 && el.scrollWidth > el.clientWidth + 1) found.push(`wider than its row by ${el.scrollWidth - el.clientWidth} px: ${el.textContent.slice(0, 60)}`)
  }
  // Times and marks that follow a text keep their direction.
  const range = document.createRange()
  for (const el of document.querySelectorAll('article time, article [title], [data-key] time')) {
    const text = el.firstChild
    if (text?.nodeType !== Node.TEXT_NODE || text.length < 2) continue
    const x = (i) => {
      range.setStart(text, i)
      range.setEnd(text, i + 1)
      return range.getBoundingClientRect()
    }
    const first = x(0)
    const last = x(text.length - 1)
    if (first.width > 0 && first.top === last.top && first.left > last.left) found.push(`turned around: ${el.textContent}`)
  }
  return [...new Set(found)].slice(0, 20)
}
