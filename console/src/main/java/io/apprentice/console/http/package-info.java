/**
 * What the pages and the gateway share about HTTP: the parameters of a request ({@code Query}), and how one is refused
 * ({@code Refusal}).
 */
package io.apprentice.console.http;
