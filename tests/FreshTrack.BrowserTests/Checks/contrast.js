// Every text against what lies behind it: at least 4.5:1, whatever its size.
() => {
  const least = 4.5;
  const pixel = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = color => {
    pixel.clearRect(0, 0, 1, 1);
    pixel.fillStyle = color;
    pixel.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  const linear = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ancestors = element => element ? [element, ...ancestors(element.parentElement)] : [];
  const canvas = () => rgba(matchMedia('(prefers-color-scheme: dark)').matches ? '#121212' : '#fff');
  const ground = chain => chain.reduceRight((below, element) => over(rgba(getComputedStyle(element).backgroundColor), below), canvas());
  const unseen = element => element.getBoundingClientRect().width <= 1 || !element.checkVisibility({ visibilityProperty: true });

  const complaints = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const element = text.parentElement;
    if (!text.data.trim() || ['SCRIPT', 'STYLE'].includes(element.tagName)) continue;
    const chain = ancestors(element);
    if (chain.some(unseen)) continue;
    if (chain.some(e => getComputedStyle(e).backgroundImage !== 'none')) complaints.add(`"${text.data.trim()}" lies on a picture`);
    const behind = ground(chain);
    const [r, g, b, a] = rgba(getComputedStyle(element).color);
    const opacity = chain.reduce((product, e) => product * getComputedStyle(e).opacity, a);
    const [dark, light] = [luminance(over([r, g, b, opacity], behind)), luminance(behind)].sort((x, y) => x - y);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < least) complaints.add(`"${text.data.trim().slice(0, 40)}" has a contrast of ${ratio.toFixed(2)}:1, wanted ${least}:1`);
  }
  return [...complaints];
}
