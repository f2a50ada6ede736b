// Errors as plain data, for the way between processes.

/**
 * What an error says, and its cause.
 *
 * @param {any} error
 * @returns {Record<string, unknown> | undefined}
 */
export function plainError(error) {
  if (error === undefined) return undefined;
  const { name, message, code, closeCode, status, section, phase, response, cause } = error;
  return {
    name,
    message,
    code,
    closeCode,
    status,
    section,
    phase,
    responseStatus: response?.status,
    cause: plainError(cause),
  };
}

/**
 * How a connection ended.
 *
 * @param {any} closure
 */
export function plainClosure({ error, ...closure }) {
  return { ...closure, error: plainError(error) };
}
