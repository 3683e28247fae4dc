// A telephone on the screen: it shows what waits for its owner's approval.
import { html, page } from './html.ts'
import { look } from './look.ts'

const style = `${look}
body{display:grid;place-items:center;padding:1rem}
.phone{width:min(100%,25rem);height:min(52rem,calc(100vh - 2rem));background:#0a0e18;border-radius:48px;padding:14px;box-shadow:0 24px 60px rgb(10 14 24/.35)}
.screen{background:var(--ground);border-radius:36px;height:100%;overflow:hidden;display:flex;flex-direction:column;position:relative}
.status{display:flex;justify-content:space-between;padding:.7rem 1.6rem .2rem;font-size:.85rem;font-weight:600}
.camera{position:absolute;top:.6rem;left:50%;translate:-50%;width:90px;height:24px;border-radius:99px;background:#0a0e18}
header{padding:.9rem 1.25rem .5rem}
header .brand{margin-bottom:.75rem}
.owner{display:flex;align-items:center;gap:.6rem}
.owner label{font-size:.875rem;color:var(--quiet)}
select{font:inherit;font-weight:600;min-height:44px;padding:.3rem .6rem;border-radius:12px;border:1.5px solid var(--line);background:var(--card);color:inherit;flex:1;min-width:0}
main{flex:1;overflow-y:auto;padding:.5rem 1.25rem 2rem}
h2{font-size:.85rem;letter-spacing:.03em;color:var(--quiet);margin:1rem 0 .6rem}
ul{list-style:none;margin:0;padding:0;display:grid;gap:.9rem}
.request{background:var(--card);border:1px solid var(--line);border-radius:22px;padding:1.1rem}
.request h3{margin:0 0 .15rem;font-size:1.15rem;line-height:1.3}
.place{color:var(--quiet);margin-bottom:.8rem}
dl{display:grid;align-items:baseline;grid-template-columns:auto 1fr;gap:.25rem .9rem;margin:0 0 .9rem}
dt{color:var(--quiet)}
dd{margin:0;text-align:right;font-weight:600}
.amount{font-size:1.5rem}
.code{background:var(--ground);border-radius:14px;padding:.6rem .9rem;margin-bottom:.9rem}
.code span{display:block;font-size:.8rem;color:var(--quiet)}
.code strong{font:700 1.35rem/1.3 ui-monospace,SFMono-Regular,Menlo,monospace;letter-spacing:.12em}
.buttons{display:grid;grid-template-columns:1fr 1fr;gap:.7rem}
.buttons button{min-height:60px;font-size:1.05rem}
.approve{background:#136c43;color:#fff}
.deny{background:var(--card);color:var(--bad);border-color:var(--bad)}
button:disabled{opacity:.5;cursor:default}
.left{font-size:.85rem;color:var(--quiet);margin:.7rem 0 0;text-align:center}
.empty{text-align:center;color:var(--quiet);padding:2.2rem 1rem}
.done{display:flex;gap:.8rem;align-items:baseline;background:var(--card);border:1px solid var(--line);border-radius:16px;padding:.7rem .9rem}
.done div{flex:1;min-width:0}
.done p{margin:0;font-size:.85rem;color:var(--quiet)}
.badge{font-size:.8rem;font-weight:700;border-radius:99px;padding:.15rem .65rem;background:var(--ground);color:var(--quiet)}
.badge.approved{background:var(--good-ground);color:var(--good)}
.badge.denied{background:var(--bad-ground);color:var(--bad)}
.notice{margin:0 1.25rem;padding:.6rem .9rem;border-radius:14px;background:var(--bad-ground);color:var(--bad);font-weight:600}
.notice:empty{display:none}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
`

export function phonePage(): Response {
  return page({
    title: 'Phone – MyHotels',
    style,
    scriptUrl: '/phone.js',
    body: html`<div class="phone"><div class="screen">
<div class="status" aria-hidden="true"><span id="time">9:41</span><span>100 %</span></div><div class="camera" aria-hidden="true"></div>
<header>
<div class="brand"><span class="mark" aria-hidden="true">M</span><span>Approvals</span><span class="local">local PingOne</span></div>
<div class="owner"><label for="person">Phone of</label><select id="person" autocomplete="off"></select></div>
</header>
<p class="notice" id="notice" role="alert"></p>
<p class="hidden" id="news" role="status"></p>
<main>
<h1 class="hidden">Approvals</h1>
<h2 id="waiting-title">Waiting for you</h2>
<ul id="waiting" aria-labelledby="waiting-title"></ul>
<p class="empty" id="nothing">Nothing waits for your approval.<br>When you book something that needs it, it appears here by itself.</p>
<h2 id="history-title" hidden>Before</h2>
<ul id="history" aria-labelledby="history-title"></ul>
<noscript><p class="empty">This phone needs JavaScript to show your approvals.</p></noscript>
</main>
</div></div>`,
  })
}
