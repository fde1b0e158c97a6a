/** What the service answers. */
package com.messente.verigator.serializers;
