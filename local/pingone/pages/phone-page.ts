// A telephone on the screen: its owner's mail, and a browser for the links in it.
import { html, page } from './html.ts'
import { look } from './look.ts'

const style = `${look}
body{display:grid;place-items:center;padding:1rem}
.phone{width:min(100%,25rem);height:min(52rem,calc(100vh - 2rem));background:#0a0e18;border-radius:48px;padding:14px;box-shadow:0 24px 60px rgb(10 14 24/.35)}
.screen{background:var(--ground);border-radius:36px;height:100%;overflow:hidden;display:flex;flex-direction:column;position:relative}
.status{position:relative;z-index:1;display:flex;justify-content:space-between;padding:.7rem 1.6rem .2rem;font-size:.85rem;font-weight:600}
.camera{position:absolute;z-index:1;top:.6rem;left:50%;translate:-50%;width:90px;height:24px;border-radius:99px;background:#0a0e18}
header{padding:.9rem 1.25rem .5rem}
header .brand{margin-bottom:.75rem}
.owner{display:flex;align-items:center;gap:.6rem}
.owner label{font-size:.875rem;color:var(--quiet)}
select{font:inherit;font-weight:600;min-height:44px;padding:.3rem .6rem;border-radius:12px;border:1.5px solid var(--line);background:var(--card);color:inherit;flex:1;min-width:0}
main{flex:1;overflow-y:auto;padding:.5rem 1.25rem 2rem}
h2{font-size:.85rem;letter-spacing:.03em;color:var(--quiet);margin:1rem 0 .6rem}
ul{list-style:none;margin:0;padding:0;display:grid;gap:.9rem}
.message{background:var(--card);border:1px solid var(--line);border-radius:22px;overflow:hidden}
.message .head{padding:1rem 1.1rem .75rem;border-bottom:1px solid var(--line)}
.message h3{margin:0;font-size:1.05rem;line-height:1.3;overflow-wrap:anywhere}
.message .from{display:flex;justify-content:space-between;gap:.75rem;font-size:.85rem;color:var(--quiet);margin:0 0 .25rem}
.message iframe{display:block;width:100%;height:11rem;border:0;background:#fff}
.message .left{font-size:.85rem;color:var(--quiet);margin:0;padding:.6rem 1.1rem;border-top:1px solid var(--line)}
.empty{text-align:center;color:var(--quiet);padding:2.2rem 1rem}
.done{display:flex;gap:.8rem;align-items:baseline;background:var(--card);border:1px solid var(--line);border-radius:16px;padding:.7rem .9rem}
.done div{flex:1;min-width:0;overflow-wrap:anywhere}
.done p{margin:0;font-size:.85rem;color:var(--quiet)}
.badge{font-size:.8rem;font-weight:700;border-radius:99px;padding:.15rem .65rem;background:var(--ground);color:var(--quiet)}
.badge.approved{background:var(--good-ground);color:var(--good)}
.badge.denied{background:var(--bad-ground);color:var(--bad)}
.memory{margin-top:1.25rem;font-size:.875rem;color:var(--quiet);display:grid;gap:.6rem;justify-items:start}
.memory p{margin:0}
.memory button{min-height:44px;background:transparent;border-color:var(--line);color:inherit}
.memory summary{cursor:pointer;min-height:44px;padding:.6rem 0}
.memory .choices{display:flex;flex-wrap:wrap;gap:.6rem}
.sheet{position:absolute;z-index:2;left:.75rem;right:.75rem;top:2.6rem;background:var(--card);border:1px solid var(--line);border-radius:22px;padding:1rem 1.1rem;box-shadow:0 12px 40px rgb(10 14 24/.35)}
.sheet[hidden]{display:none}
.sheet h2{margin:0 0 .3rem;color:var(--ink);font-size:1.05rem;letter-spacing:0}
.sheet .choices{display:flex;gap:.6rem}
.sheet button{flex:1;background:transparent;border-color:var(--line);color:inherit}
.sheet button:first-child{background:var(--accent);color:var(--accent-ink);border-color:transparent}
.notice{margin:0 1.25rem;padding:.6rem .9rem;border-radius:14px;background:var(--bad-ground);color:var(--bad);font-weight:600}
.notice:empty{display:none}
.browser{position:absolute;inset:0;background:var(--ground);display:flex;flex-direction:column;border-radius:36px;overflow:hidden}
.browser[hidden],.memory[hidden]{display:none}
.bar{display:flex;align-items:center;gap:.6rem;padding:2.7rem 1.25rem .6rem;background:var(--card);border-bottom:1px solid var(--line)}
.bar button{min-height:44px;padding:.3rem .9rem;background:transparent;border-color:var(--line);color:inherit}
.address{flex:1;min-width:0;font-size:.85rem;color:var(--quiet);overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.browser h2{flex:1;min-width:0;margin:0;font-size:.95rem;letter-spacing:0;color:var(--ink)}
.browser h2 .address{display:block;font-weight:400}
.keys{margin:0;padding:.6rem 1.25rem;font-size:.875rem;background:var(--good-ground);color:var(--good);font-weight:600}
.keys:empty{display:none}
.browser iframe{flex:1;width:100%;border:0}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
`

export function phonePage(): Response {
  return page({
    title: 'Phone – MyHotels',
    style,
    scriptUrl: '/phone.js',
    framesFromHere: true,
    body: html`<div class="phone"><div class="screen">
<div class="status" aria-hidden="true"><span id="time">9:41</span><span>100 %</span></div><div class="camera" aria-hidden="true"></div>
<header>
<div class="brand"><span class="mark" aria-hidden="true">M</span><span>Mail</span><span class="local">local PingOne</span></div>
<div class="owner"><label for="person">Phone of</label><select id="person" autocomplete="off"></select></div>
</header>
<p class="notice" id="notice" role="alert"></p>
<p class="hidden" id="news" role="status"></p>
<main id="mail">
<h1 class="hidden">Mail</h1>
<h2 id="waiting-title">Waiting for you</h2>
<ul id="waiting" aria-labelledby="waiting-title"></ul>
<p class="empty" id="nothing">No email waits for you.<br>When a booking needs your approval, an email with a link appears here by itself.</p>
<h2 id="history-title" hidden>Before</h2>
<ul id="history" aria-labelledby="history-title"></ul>
<section class="memory" id="memory" aria-label="Remembered password" hidden><p id="memory-text"></p><button type="button" id="forget">Forget the password</button></section>
<details class="memory" id="devices"><summary>This phone and your account</summary><p id="devices-text" role="status"></p>
<p class="choices"><button type="button" id="use-push">Ask me with a notification</button><button type="button" id="use-passkey">Ask me for a passkey</button><button type="button" id="forget-devices">Forget this phone</button></p></details>
<noscript><p class="empty">This phone needs JavaScript to show your mail.</p></noscript>
</main>
<section class="browser" id="browser" role="dialog" aria-labelledby="browser-title" hidden>
<div class="bar"><h2 id="browser-title">PingOne<span class="address" id="address"></span></h2><button type="button" id="close">Close</button></div>
<p class="keys" id="keys" role="status"></p>
<iframe id="frame" title="The page that the link opened"></iframe>
</section>
<section class="sheet" id="sheet" role="alertdialog" aria-labelledby="sheet-title" aria-describedby="sheet-text" tabindex="-1" hidden>
<h2 id="sheet-title"></h2><p id="sheet-text"></p><p class="choices"><button type="button" id="sheet-yes"></button><button type="button" id="sheet-no"></button></p>
</section>
</div></div>`,
  })
}
