/**
 * What can go wrong: {@link com.messente.verigator.exceptions.VerigatorException} and its children.
 */
package com.messente.verigator.exceptions;
