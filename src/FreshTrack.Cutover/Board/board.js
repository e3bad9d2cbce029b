
const silence = 6000;
const link = document.getElementById('link');
let heard = Date.now();
let over = false;

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
setInterval(() => { link.hidden = over || Date.now() - heard < silence; }, 1000);

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
