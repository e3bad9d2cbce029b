
const silence = 6000;
const link = document.getElementById('link');
let heard = Date.now();
let over = false;

function listen() {
  const source = new EventSource('events');
  source.addEventListener('parts', event => {
    heard = Date.now();
    for (const [id, markup] of Object.entries(JSON.parse(event.data))) {
      replace(document.getElementById('part-' + id), markup);
    }
    document.title = document.querySelector('[role=status]').textContent;
  });
  source.addEventListener('end', () => {
    over = true;
    source.close();
  });
  // A lost connection is taken up again by itself; after an answer that is no stream, as a tunnel may give one, it is given up.
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED && !over) {
      setTimeout(listen, 2000);
    }
  });
}
listen();
setInterval(() => {
  const stale = !over && Date.now() - heard >= silence;
  if (stale && link.hidden) {
    const since = document.getElementById('since').textContent = new Date(heard).toISOString().slice(11, 19) + ' UTC';
    document.title = 'No answer since ' + since;
  }
  link.hidden = !stale;
  document.body.classList.toggle('stale', stale);
}, 1000);

// What the reader has opened, scrolled or focused stays so.
function replace(part, markup) {
  const open = [...part.querySelectorAll('details')].map(details => details.open);
  const scrolled = [...part.querySelectorAll('.scroll')].map(region => region.scrollLeft);
  const focusable = () => [...part.querySelectorAll('summary, [tabindex], a')];
  const focused = focusable().indexOf(document.activeElement);
  part.innerHTML = markup;
  part.querySelectorAll('details').forEach((details, i) => { details.open = open[i] ?? false; });
  part.querySelectorAll('.scroll').forEach((region, i) => { region.scrollLeft = scrolled[i] ?? 0; });
  focusable()[focused]?.focus({ preventScroll: true });
}
