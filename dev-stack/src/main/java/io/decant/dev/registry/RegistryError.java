package io.decant.dev.registry;

/**
 * A request that the registry refuses, with the code and the sentence that Confluent's registry
 * gives for it. One catalogue for all of them; one place turns them into HTTP answers. (An
 * exception and not a value, because most arise deep inside a look-up and all have the same fate.)
 *
 * <p><em>Immutable.</em>
 */
final class RegistryError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;

    private RegistryError(int code, String message) {
        super(message);
        this.code = code;
    }

    /** Confluent's code: the HTTP status, or the status followed by two digits. */
    int code() {
        return code;
    }

    /** HTTP status. */
    int status() {
        return code < 1_000 ? code : code / 100;
    }

    boolean isInvalidSchema() {
        return code == 42_201;
    }

    static RegistryError badRequest(String reason) {
        return new RegistryError(400, reason);
    }

    static RegistryError unauthorized(String reason) {
        return new RegistryError(401, reason);
    }

    static RegistryError noSuchPath() {
        return new RegistryError(404, "HTTP 404 Not Found");
    }

    static RegistryError noSuchMethod() {
        return new RegistryError(405, "HTTP 405 Method Not Allowed");
    }

    static RegistryError tooLarge(long maxRequestBytes) {
        return new RegistryError(
                413, "the request's body is larger than " + maxRequestBytes + " bytes");
    }

    static RegistryError incompatible(String subject, String details) {
        return new RegistryError(
                409,
                "Schema being registered is incompatible with an earlier schema for subject \""
                        + subject
                        + "\", details: "
                        + details);
    }

    static RegistryError subjectNotFound(String subject) {
        return new RegistryError(40_401, "Subject '" + subject + "' not found.");
    }

    static RegistryError versionNotFound(int version) {
        return new RegistryError(40_402, "Version " + version + " not found.");
    }

    static RegistryError schemaNotFound() {
        return new RegistryError(40_403, "Schema not found");
    }

    /** No schema has this id or GUID. */
    static RegistryError schemaNotFound(String name) {
        return new RegistryError(40_403, "Schema " + name + " not found");
    }

    static RegistryError subjectSoftDeleted(String subject) {
        return new RegistryError(
                40_404,
                "Subject '%s' was soft deleted. Set permanent=true to delete permanently"
                        .formatted(subject));
    }

    static RegistryError subjectNotSoftDeleted(String subject) {
        return new RegistryError(
                40_405,
                "Subject '%s' was not deleted first before being permanently deleted"
                        .formatted(subject));
    }

    static RegistryError versionSoftDeleted(String subject, int version) {
        return new RegistryError(
                40_406,
                "Subject '%s' Version %d was soft deleted. Set permanent=true to delete permanently"
                        .formatted(subject, version));
    }

    static RegistryError versionNotSoftDeleted(String subject, int version) {
        return new RegistryError(
                40_407,
                "Subject '%s' Version %d was not deleted first before being permanently deleted"
                        .formatted(subject, version));
    }

    static RegistryError noSubjectCompatibility(String subject) {
        return new RegistryError(
                40_408,
                "Subject '%s' does not have subject-level compatibility configured"
                        .formatted(subject));
    }

    static RegistryError noSubjectMode(String subject) {
        return new RegistryError(
                40_409,
                "Subject '%s' does not have subject-level mode configured".formatted(subject));
    }

    static RegistryError invalidSchema(String reason) {
        return new RegistryError(42_201, "Invalid schema: " + reason);
    }

    static RegistryError invalidVersion(String version) {
        return new RegistryError(
                42_202,
                "The specified version '%s' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\""
                        .formatted(version));
    }

    static RegistryError invalidCompatibility(String level) {
        return new RegistryError(
                42_203,
                "Invalid compatibility level '%s'. Valid values are none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive"
                        .formatted(level));
    }

    static RegistryError invalidMode(String mode) {
        return new RegistryError(
                42_204,
                "Invalid mode '%s'. Valid values are READWRITE, READONLY and IMPORT"
                        .formatted(mode));
    }

    /** A write that the subject's mode forbids. */
    static RegistryError notAllowed(String subject, String why) {
        return new RegistryError(
                42_205,
                subject.isEmpty() ? "The registry " + why : "Subject " + subject + " " + why);
    }

    static RegistryError idTaken(int id) {
        return new RegistryError(
                42_205, "Overwrite new schema with id %d is not permitted.".formatted(id));
    }

    static RegistryError importAmongSchemas() {
        return new RegistryError(42_205, "Cannot import since found existing subjects");
    }

    /** A part of Confluent's API that would be accepted and then not kept. */
    static RegistryError notKept(String field) {
        return new RegistryError(
                42_205, "This registry does not keep '%s'; leave it out".formatted(field));
    }

    static RegistryError stillReferenced(String subject, int version) {
        return new RegistryError(
                42_206,
                "One or more references exist to version %d of subject %s"
                        .formatted(version, subject));
    }

    static RegistryError invalidSubject(String subject) {
        return new RegistryError(
                42_208,
                "The specified subject '%s' is not a valid subject: this registry has no contexts but the default one"
                        .formatted(subject));
    }

    static RegistryError logFailed(String reason) {
        return new RegistryError(50_001, "Error while writing to the schemas topic: " + reason);
    }
}
