// One h1, before all others, and no level left out on the way down.
() => {
  const headings = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')];
  const level = heading => Number(heading.localName[1]);
  const firsts = headings.filter(heading => level(heading) === 1).length;
  return [
    ...(firsts === 1 ? [] : [`${firsts} headings of level 1, wanted one`]),
    ...headings.filter((heading, i) => level(heading) > (i === 0 ? 0 : level(headings[i - 1])) + 1)
      .map(heading => `h${level(heading)} "${heading.textContent.trim()}" skips a level`),
    ...headings.filter(heading => !heading.textContent.trim()).map(heading => `an empty ${heading.localName}`),
  ];
}
