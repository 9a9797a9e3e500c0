/** Parts that every service has: a life cycle, a context, and health and metrics over HTTP. */
package io.apprentice.streaming.service;
