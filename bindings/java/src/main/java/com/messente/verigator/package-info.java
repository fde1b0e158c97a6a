/**
 * Two-factor logins through the Verigator API.
 *
 * <p>Begin with {@link com.messente.verigator.Verigator}.
 */
package com.messente.verigator;
