package io.decant.pipeline.docs;

import io.decant.pipeline.access.AccessSet;
import io.decant.pipeline.access.Grant;
import io.decant.pipeline.access.Role;
import io.decant.topics.Topics;

/** Writes which rights each role needs. <i>Thread-safe: no state.</i> */
public final class AccessDocs {
    private AccessDocs() {}

    /** The page, in Markdown, for topics that begin with {@code decant.} */
    public static String page() {
        StringBuilder page = new StringBuilder();
        page.append("# Rights of each service\n\n");
        page.append(
                "What `decant topics acls --service NAME --principal User:NAME [--apply]` prints or grants. Read, Write and Create contain Describe. The integration tests run the whole pipeline with one user for each role that has exactly these rights. How to use them, and what a user with them could do, is in [security.md](security.md).\n");
        for (Role role : Role.values()) {
            page.append("\n## ").append(role.text()).append("\n\n");
            MarkdownTable table = new MarkdownTable("resource", "operations", "why");
            for (Grant grant : AccessSet.of(role, Topics.DEFAULT)) {
                table.row(
                        grant.resourceText(),
                        String.join(", ", grant.operationNames()),
                        grant.why());
            }
            page.append(table);
        }
        return page.toString();
    }
}
