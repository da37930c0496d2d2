// Runs before the first paint, so that a chosen theme or language never flashes into another one. A file of its own because
// the CSP forbids inline scripts.
;(() => {
  try {
    const prefs = JSON.parse(localStorage.getItem('xinshu.prefs') || '{}')
    if (prefs.theme === 'light' || prefs.theme === 'dark') document.documentElement.dataset.theme = prefs.theme
    document.documentElement.lang = prefs.locale || (/^zh/i.test(navigator.language) ? 'zh-CN' : 'en')
  } catch {
    // Storage may be forbidden; the defaults stand.
  }
})()
