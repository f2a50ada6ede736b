// Text that is safe inside an element and inside an attribute in quotes.

export function escapeHtml(text: string): string {
  // The ampersand first, because the others bring one.
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
