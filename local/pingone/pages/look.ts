/** The look that the local PingOne's pages share. */
export const look = `
:root{color-scheme:light dark;--ink:#14213d;--quiet:#52607a;--ground:#eef2f9;--card:#fff;--line:#cfd8e6;--accent:#1b4dd8;
--accent-ink:#fff;--bad:#a3172b;--bad-ground:#fdecef;--good:#136c43;--good-ground:#e5f6ed}
@media (prefers-color-scheme:dark){:root{--ink:#eef2fb;--quiet:#a9b5cc;--ground:#0d1424;--card:#172036;--line:#35425e;
--accent:#8fb0ff;--accent-ink:#0b1430;--bad:#ffb3bd;--bad-ground:#42161f;--good:#8fe0b5;--good-ground:#123526}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .25rem}
p{margin:0 0 1rem}
button,.button{font:inherit;font-weight:600;min-height:48px;padding:.6rem 1.2rem;border-radius:12px;border:2px solid transparent;cursor:pointer}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.brand{display:flex;align-items:center;gap:.6rem;font-weight:700}
.mark{width:34px;height:34px;border-radius:10px;background:var(--accent);color:var(--accent-ink);display:grid;place-items:center;font-weight:800}
.local{font-weight:600;font-size:.78rem;color:var(--quiet);border:1px solid var(--line);border-radius:99px;padding:.1rem .6rem;margin-left:auto}
`
