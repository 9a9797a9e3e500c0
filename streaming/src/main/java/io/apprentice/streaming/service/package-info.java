/** What every service has: a life cycle, a context, health and metrics over HTTP. */
package io.apprentice.streaming.service;
