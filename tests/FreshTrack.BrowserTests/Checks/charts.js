// Every drawing says what it shows, is drawn, and has its values in a table within its figure.
() => [...document.querySelectorAll('svg')].filter(svg => svg.getAttribute('aria-hidden') !== 'true').flatMap(svg => {
  const says = svg.getAttribute('aria-label');
  const figure = svg.closest('figure');
  const name = `the chart "${figure?.querySelector('figcaption')?.textContent.trim() ?? says ?? ''}"`;
  const { width, height } = svg.getBoundingClientRect();
  return [
    svg.getAttribute('role') === 'img' && says ? '' : `${name} does not say what it shows`,
    width > 50 && height > 10 ? '' : `${name} is ${width.toFixed()} × ${height.toFixed()} px`,
    svg.querySelector('polyline, path, rect, circle') ? '' : `${name} draws nothing`,
    figure?.querySelector('table tbody tr') ? '' : `${name} has no table`,
  ].filter(Boolean);
})
