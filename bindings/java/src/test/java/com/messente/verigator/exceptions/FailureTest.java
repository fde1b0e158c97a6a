package com.messente.verigator.exceptions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.messente.verigator.VerigatorResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureTest {
    private static VerigatorException of(int status, int kind) {
        byte[] body = {'{', '}'};
        int httpStatus = status == 501 ? 404 : Math.max(status, 0);
        return Failure.of(
                status,
                "NAME",
                kind,
                httpStatus,
                "message",
                "said",
                body,
                "id-7",
                1500,
                true,
                false);
    }

    @ParameterizedTest
    @CsvSource({
        "400, 6, InvalidDataException",
        "401, 6, WrongCredentialsException",
        "403, 6, ResourceForbiddenException",
        "404, 6, NoSuchResourceException",
        "409, 6, ResourceAlreadyExists",
        "422, 6, InvalidDataException",
        "418, 6, VerigatorInternalError",
        "429, 6, VerigatorInternalError",
        "500, 6, VerigatorInternalError",
        "501, 6, NotSupportedException",
        "503, 6, VerigatorInternalError",
        "-1, 1, InvalidInvocationError",
        "-2, 1, InvalidInvocationError",
        "-3, 1, InvalidInvocationError",
        "-4, 1, InvalidInvocationError",
        "-10, 2, VerigatorInternalError",
        "-14, 3, VerigatorInternalError",
        "-15, 4, VerigatorInternalError",
        "-16, 2, VerigatorInternalError",
        "-20, 5, VerigatorInternalError",
        "-31, 7, VerigatorInternalError",
        "-99, 99, VerigatorInternalError",
    })
    void eachStatusIsTheExceptionOfTheOfficialClient(int status, int kind, String name) {
        VerigatorException exception = of(status, kind);
        assertEquals(name, exception.getClass().getSimpleName());
        assertEquals(status, exception.getStatus());
        assertEquals(status == 501 ? 404 : Math.max(status, 0), exception.getHttpStatus());
        assertEquals(
                kind > 7 ? ErrorKind.INTERNAL : ErrorKind.values()[kind - 1], exception.getKind());
    }

    @Test
    void everythingKnownIsKept() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(of(503, 6));
        VerigatorException exception =
                (VerigatorException)
                        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))
                                .readObject();
        assertEquals("message", exception.getMessage());
        assertEquals("NAME", exception.getStatusName());
        assertEquals("said", exception.getServiceMessage());
        assertArrayEquals(new byte[] {'{', '}'}, exception.getBody());
        assertEquals("id-7", exception.getRequestId());
        assertEquals(Duration.ofMillis(1500), exception.getRetryAfter());
        assertTrue(exception.isMaybeSent());
        assertFalse(exception.isRetrySafe());
    }

    @Test
    void whatIsNotKnownIsNull() {
        VerigatorException exception =
                Failure.of(-14, "TIMEOUT", 3, 0, "message", null, null, null, -1, true, false);
        assertNull(exception.getServiceMessage());
        assertNull(exception.getBody());
        assertNull(exception.getRequestId());
        assertNull(exception.getRetryAfter());
    }

    @Test
    void programsMayMakeTheirOwn() {
        VerigatorException exception = new WrongCredentialsException("mine");
        assertEquals("mine", exception.getMessage());
        assertEquals(0, exception.getStatus());
        assertTrue(exception.isMaybeSent());
        assertFalse(exception.isRetrySafe());
        assertNull(new VerigatorException().getMessage());
        assertEquals(-1, new InvalidInvocationError().getStatus());
    }

    @Test
    void theHelpersOfTheOfficialClientWork() throws VerigatorException {
        Helpers.validateCommon(new VerigatorResponse("", 202), 202);
        VerigatorException exception =
                assertThrows(
                        NoSuchResourceException.class,
                        () -> Helpers.validateCommon(new VerigatorResponse("gone", 404), 200));
        assertEquals("gone", exception.getMessage());
        assertTrue(Helpers.isEmpty(null) && Helpers.isEmpty("") && !Helpers.isEmpty(" "));
    }
}
